;; expect: out-of-fuel
;; An endless loop.
(module
  ;;@include memory
  ;;@include describe
  (func (export "leidraad:option/contract@1.0.0#decide") (param i32) (result i32)
    (loop $for_ever (br $for_ever)) (i32.const 1024)))
