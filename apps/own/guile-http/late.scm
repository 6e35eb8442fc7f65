(define-module (late) #:use-module (ice-9 format) #:export (text)) (define (text) (format #f "late ~5,2f" 1.5))
