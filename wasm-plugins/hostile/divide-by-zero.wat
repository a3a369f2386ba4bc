;; expect: trap
;; One divided by nothing.
(module
  ;;@include memory
  ;;@include describe
  (func (export "leidraad:option/contract@1.0.0#decide") (param i32) (result i32)
    (i32.div_s (i32.const 1) (i32.const 0))))
