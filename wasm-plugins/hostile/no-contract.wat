;; finding: option-export
;; Exports something else.
(component
  (instance $nothing)
  (export "leidraad:option/agreement@1.0.0" (instance $nothing)))
