(component
  (instance $nothing)
  (export "leidraad:option/contract@2.0.0" (instance $nothing)))
