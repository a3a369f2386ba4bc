;; finding: option-not-component
;; Was never made a component.
;;@core
(module (memory (export "memory") 1))
