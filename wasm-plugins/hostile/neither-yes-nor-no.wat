;; expect: bad-output
;; A choice of two that is the seventh.
(module
  ;;@include memory
  ;;@include describe
  (func (export "leidraad:option/contract@1.0.0#decide") (param i32) (result i32)
    (i32.store (i32.const 1024) (i32.const 7))
    (i32.const 1024)))
