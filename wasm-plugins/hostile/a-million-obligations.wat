;; expect: bad-output
;; A list that ends far behind its memory.
(module
  ;;@include memory
  ;;@include describe
  (func (export "leidraad:option/contract@1.0.0#decide") (param i32) (result i32)
    (i32.store (i32.const 1068) (i32.const 8192))
    (i32.store (i32.const 1072) (i32.const 1000000))
    (i32.const 1024)))
