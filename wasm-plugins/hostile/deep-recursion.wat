;; expect: trap
;; Calls itself until the stack is full.
(module
  ;;@include memory
  ;;@include describe
  (func $again (param i32) (result i32) (i32.add (call $again (i32.add (local.get 0) (i32.const 1))) (i32.const 1)))
  (func (export "leidraad:option/contract@1.0.0#decide") (param i32) (result i32)
    (call $again (i32.const 0))))
