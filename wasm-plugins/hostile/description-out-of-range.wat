;; finding: option-description
;; A description that lies behind its memory.
(module
  ;;@include memory
  (func (export "leidraad:option/contract@1.0.0#describe") (result i32) (i32.const 0x7ffffff0))
  (func (export "leidraad:option/contract@1.0.0#decide") (param i32) (result i32) (i32.const 1024)))
