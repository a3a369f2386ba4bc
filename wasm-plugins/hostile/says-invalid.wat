;; expect: invalid
;; Says itself that it cannot work with this.
(module
  ;;@include memory
  ;;@include describe
  (data (i32.const 300) "no")
  (func (export "leidraad:option/contract@1.0.0#decide") (param i32) (result i32)
    (i32.store (i32.const 1024) (i32.const 1))
    (i32.store (i32.const 1028) (i32.const 1))
    (i32.store (i32.const 1032) (i32.const 300))
    (i32.store (i32.const 1036) (i32.const 2))
    (i32.const 1024)))
