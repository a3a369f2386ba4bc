;; finding: option-refused
;; 125 MiB before the first instruction: more than any option may have.
(module
  (memory (export "memory") 2000)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 8192))
  ;;@include describe
  (func (export "leidraad:option/contract@1.0.0#decide") (param i32) (result i32) (i32.const 1024)))
