;; expect: bad-output
;; A note that ends far behind its memory.
(module
  ;;@include memory
  ;;@include describe
  (func (export "leidraad:option/contract@1.0.0#decide") (param i32) (result i32)
    (i32.store (i32.const 1076) (i32.const 1))
    (i32.store (i32.const 1080) (i32.const 1))
    (i32.store (i32.const 1084) (i32.const 8192))
    (i32.store (i32.const 1088) (i32.const 100000000))
    (i32.const 1024)))
