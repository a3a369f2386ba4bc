;; expect: bad-output
;; A note of fifty thousand characters.
(module
  ;;@include memory
  ;;@include describe
  (func (export "leidraad:option/contract@1.0.0#decide") (param i32) (result i32)
    (memory.fill (i32.const 8192) (i32.const 97) (i32.const 50000))
    (i32.store (i32.const 1076) (i32.const 1))
    (i32.store (i32.const 1080) (i32.const 1))
    (i32.store (i32.const 1084) (i32.const 8192))
    (i32.store (i32.const 1088) (i32.const 50000))
    (i32.const 1024)))
