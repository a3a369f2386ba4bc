;; expect: bad-output
;; A level that is neither there nor not.
(module
  ;;@include memory
  ;;@include describe
  (data (i32.const 300) "plus")
  (func (export "leidraad:option/contract@1.0.0#decide") (param i32) (result i32)
    (i32.store (i32.const 1028) (i32.const 9))
    (i32.store (i32.const 1032) (i32.const 300))
    (i32.store (i32.const 1036) (i32.const 4))
    (i32.const 1024)))
