# frozen_string_literal: true

H = 1e-4

# The gradient of f at the point x, an array of numbers, by central differences. x is as
# it was when this returns or raises.
def numerical_gradient(f, x)
  x.each_index.map do |i|
    kept = x[i]
    x[i] = kept + H
    ahead = f.call(x)
    x[i] = kept - H
    behind = f.call(x)
    (ahead - behind) / (2 * H)
  ensure
    x[i] = kept
  end
end
