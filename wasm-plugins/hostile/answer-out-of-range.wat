;; expect: bad-output
;; An answer that lies behind its memory.
(module
  ;;@include memory
  ;;@include describe
  (func (export "leidraad:option/contract@1.0.0#decide") (param i32) (result i32)
    (i32.const 0x7ffffff0)))
