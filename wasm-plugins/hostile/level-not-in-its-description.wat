;; expect: bad-output
;; Sets a level, and said that it only adds obligations.
(module
  ;;@include memory
  (data (i32.const 300) "plus")
  (func (export "leidraad:option/contract@1.0.0#describe") (result i32) (i32.const 16))
  (data (i32.const 16) "\64\00\00\00\04\00\00\00\68\00\00\00\01\00\00\00\69\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\04\00\00\00")
  (data (i32.const 100) "evil1")
  (func (export "leidraad:option/contract@1.0.0#decide") (param i32) (result i32)
    (i32.store (i32.const 1028) (i32.const 1))
    (i32.store (i32.const 1032) (i32.const 300))
    (i32.store (i32.const 1036) (i32.const 4))
    (i32.const 1024)))
