  ;; Name `evil`, version `1`, no summary, reads nothing, may set everything.
  (func (export "leidraad:option/contract@1.0.0#describe") (result i32) (i32.const 16))
  (data (i32.const 16) "\64\00\00\00\04\00\00\00\68\00\00\00\01\00\00\00\69\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\07\00\00\00")
  (data (i32.const 100) "evil1")
