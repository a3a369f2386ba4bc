;; finding: option-version
;; Speaks a version of the contract that is yet to come.
(component
  (instance $nothing)
  (export "leidraad:option/contract@2.0.0" (instance $nothing)))
