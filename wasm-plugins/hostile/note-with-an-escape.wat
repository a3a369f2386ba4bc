;; expect: bad-output
;; A note that would colour the terminal.
(module
  ;;@include memory
  ;;@include describe
  (data (i32.const 300) "\1b[31mhaha")
  (func (export "leidraad:option/contract@1.0.0#decide") (param i32) (result i32)
    (i32.store (i32.const 1076) (i32.const 1))
    (i32.store (i32.const 1080) (i32.const 1))
    (i32.store (i32.const 1084) (i32.const 300))
    (i32.store (i32.const 1088) (i32.const 9))
    (i32.const 1024)))
