;; expect: bad-output
;; A level whose text lies behind its memory.
(module
  ;;@include memory
  ;;@include describe
  (func (export "leidraad:option/contract@1.0.0#decide") (param i32) (result i32)
    (i32.store (i32.const 1028) (i32.const 1))
    (i32.store (i32.const 1032) (i32.const 65530))
    (i32.store (i32.const 1036) (i32.const 100))
    (i32.const 1024)))
