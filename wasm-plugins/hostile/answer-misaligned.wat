;; expect: bad-output
;; An answer at an odd place.
(module
  ;;@include memory
  ;;@include describe
  (func (export "leidraad:option/contract@1.0.0#decide") (param i32) (result i32)
    (i32.const 1025)))
