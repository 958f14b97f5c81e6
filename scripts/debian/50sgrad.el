;; sgrad: opens sgrad programs in their mode.
(autoload 'sgrad-mode "sgrad-mode" "Major mode for sgrad programs." t)
(add-to-list 'auto-mode-alist '("\\.sg\\'" . sgrad-mode))
(add-to-list 'interpreter-mode-alist '("sgrad" . sgrad-mode))
