;; finding: option-imports
;; Wants a power that nobody has.
(component
  (import "launch" (func))
  (instance $nothing)
  (export "leidraad:option/contract@1.0.0" (instance $nothing)))
