;; expect: trap
;; Answers, and then breaks off.
(module
  ;;@include memory
  ;;@include describe
  (func (export "cabi_post_leidraad:option/contract@1.0.0#decide") (param i32) unreachable)
  (func (export "leidraad:option/contract@1.0.0#decide") (param i32) (result i32)
    (i32.const 1024)))
