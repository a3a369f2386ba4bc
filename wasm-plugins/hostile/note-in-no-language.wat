;; expect: bad-output
;; Bytes that are no UTF-8.
(module
  ;;@include memory
  ;;@include describe
  (data (i32.const 300) "\ff\fe")
  (func (export "leidraad:option/contract@1.0.0#decide") (param i32) (result i32)
    (i32.store (i32.const 1076) (i32.const 1))
    (i32.store (i32.const 1080) (i32.const 1))
    (i32.store (i32.const 1084) (i32.const 300))
    (i32.store (i32.const 1088) (i32.const 2))
    (i32.const 1024)))
