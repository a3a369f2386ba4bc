;; finding: option-refused
;; Wants memory that threads share.
(component
  (core module $core (memory 1 1 shared))
  (core instance $core (instantiate $core))
  (instance $nothing)
  (export "leidraad:option/contract@1.0.0" (instance $nothing)))
