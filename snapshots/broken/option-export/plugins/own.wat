(component
  (instance $nothing)
  (export "leidraad:other/contract@1.0.0" (instance $nothing)))
