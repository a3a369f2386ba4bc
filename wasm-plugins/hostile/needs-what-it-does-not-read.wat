;; expect: bad-output
;; Asks for a fact that it never said it reads.
(module
  ;;@include memory
  ;;@include describe
  (data (i32.const 400) "\2c\01\00\00\05\00\00\00")
  (data (i32.const 300) "death")
  (func (export "leidraad:option/contract@1.0.0#decide") (param i32) (result i32)
    (i32.store (i32.const 1024) (i32.const 1))
    (i32.store (i32.const 1028) (i32.const 0))
    (i32.store (i32.const 1032) (i32.const 400))
    (i32.store (i32.const 1036) (i32.const 1))
    (i32.const 1024)))
