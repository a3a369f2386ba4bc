(component
  (instance $nothing)
  (export "leidraad:option/contract@1.0.0" (instance $nothing)))
