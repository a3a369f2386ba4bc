;; finding: option-refused
;; Exports the contract, and means something else by it.
(component
  (core module $core (func (export "describe") (result i32) (i32.const 42)))
  (core instance $core (instantiate $core))
  (func $describe (result u32) (canon lift (core func $core "describe")))
  (instance $contract (export "describe" (func $describe)))
  (export "leidraad:option/contract@1.0.0" (instance $contract)))
