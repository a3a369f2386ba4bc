;; expect: out-of-fuel
;; Looks for a place for ever.
(module
  (memory (export "memory") 1)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (loop $for_ever (br $for_ever)) (i32.const 0))
  ;;@include describe
  (func (export "leidraad:option/contract@1.0.0#decide") (param i32) (result i32) (i32.const 1024)))
