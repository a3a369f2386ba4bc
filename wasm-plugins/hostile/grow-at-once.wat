;; expect: out-of-memory
;; 125 MiB in one go.
(module
  ;;@include memory
  ;;@include describe
  (func (export "leidraad:option/contract@1.0.0#decide") (param i32) (result i32)
    (drop (memory.grow (i32.const 2000))) (i32.const 1024)))
