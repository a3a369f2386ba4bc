;; expect: trap
;; Calls a function that is not in the table.
(module
  ;;@include memory
  ;;@include describe
  (table 1 funcref)
  (func (export "leidraad:option/contract@1.0.0#decide") (param i32) (result i32)
    (call_indirect (result i32) (i32.const 0))))
