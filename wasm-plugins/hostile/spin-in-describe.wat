;; finding: option-description
;; It never gets to say what it is.
(module
  ;;@include memory
  (func (export "leidraad:option/contract@1.0.0#describe") (result i32) (loop $for_ever (br $for_ever)) (i32.const 16))
  (func (export "leidraad:option/contract@1.0.0#decide") (param i32) (result i32) (i32.const 1024)))
