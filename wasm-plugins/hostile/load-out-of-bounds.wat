;; expect: trap
;; Reads behind its memory.
(module
  ;;@include memory
  ;;@include describe
  (func (export "leidraad:option/contract@1.0.0#decide") (param i32) (result i32)
    (i32.load (i32.const 0x7fffffff))))
