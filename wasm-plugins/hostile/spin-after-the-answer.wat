;; expect: out-of-fuel
;; Answers, and then tidies up for ever.
(module
  ;;@include memory
  ;;@include describe
  (func (export "cabi_post_leidraad:option/contract@1.0.0#decide") (param i32) (loop $for_ever (br $for_ever)))
  (func (export "leidraad:option/contract@1.0.0#decide") (param i32) (result i32)
    (i32.const 1024)))
