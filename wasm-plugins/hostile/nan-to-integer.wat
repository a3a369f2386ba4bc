;; expect: trap
;; Takes no number for a number.
(module
  ;;@include memory
  ;;@include describe
  (func (export "leidraad:option/contract@1.0.0#decide") (param i32) (result i32)
    (i32.trunc_f64_s (f64.const nan))))
