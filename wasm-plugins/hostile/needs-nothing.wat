;; expect: bad-output
;; Needs facts, and names none.
(module
  ;;@include memory
  ;;@include describe
  (func (export "leidraad:option/contract@1.0.0#decide") (param i32) (result i32)
    (i32.store (i32.const 1024) (i32.const 1))
    (i32.store (i32.const 1028) (i32.const 0))
    (i32.store (i32.const 1032) (i32.const 0))
    (i32.store (i32.const 1036) (i32.const 0))
    (i32.const 1024)))
