;; finding: option-description
;; All that is empty.
(module
  ;;@include memory
  (func (export "leidraad:option/contract@1.0.0#describe") (result i32) (i32.const 2048))
  (func (export "leidraad:option/contract@1.0.0#decide") (param i32) (result i32) (i32.const 1024)))
