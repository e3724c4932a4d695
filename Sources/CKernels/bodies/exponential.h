/// 2^x and what is made of it.
#ifndef SIGHTLINE_EXPONENTIAL_H
#define SIGHTLINE_EXPONENTIAL_H

#include "lanes.h"

#define LOG2_E 1.44269504f

/// 2^fraction for a fraction from 0 to 1. Fitted for the least relative error, 8.3e-8, with 2^0 = 1 held exactly, so that a weight that
/// does not change is multiplied by 1.
INLINE lanes power_of_fraction(lanes fraction) {
  lanes p = 0.0018671302f * fraction + 0.00901703f;
  p = p * fraction + 0.055799913f;
  p = p * fraction + 0.24016444f;
  p = p * fraction + 0.6931513f;
  return p * fraction + 1.0f;
}

/// 2^x to about 1.5e-7 of itself.
INLINE lanes power_of_two(lanes x) { return times_power_of_floor(power_of_fraction(fraction_of(x)), x); }

/// y / (1 + 2^x): y times the logistic function, x being -log2(e) times its argument.
INLINE lanes gated_by_power(lanes y, lanes x) { return y / (1.0f + power_of_two(x)); }

/// y * sigmoid(y)
INLINE lanes silu(lanes y) { return gated_by_power(y, y * -LOG2_E); }

/// 0.5 y (1 + tanh z) = y * sigmoid(2 z), with z = sqrt(2/pi) (y + 0.044715 y^3): the factors below are -2 sqrt(2/pi) log2(e) and
/// 0.044715 times it.
INLINE lanes gelu_tanh(lanes y) { return gated_by_power(y, y * (-2.3022082f - 0.10294324f * (y * y))); }

/// 0.5 y (1 + erf t), t = y / sqrt 2. Up to |t| = 1 erf is t times a polynomial in t^2 (error 4e-8); beyond,
/// erfc = 2^-(log2(e) t^2 + polynomial in t), fitted from 1 to 10 (error in gelu 5e-8), so that the tail for negative y keeps its
/// digits. From 10 on erfc is zero in f32.
INLINE lanes gelu_erf(lanes y) {
  lanes t = y * 0.70710678f;
  lanes square = t * t;
  lanes p = -0.0005631431f * square + 0.004917553f;
  p = p * square - 0.026711313f;
  p = p * square + 0.112801805f;
  p = p * square - 0.37612325f;
  p = p * square + 1.1283791f;
  lanes near = 0.5f * y * (1.0f + t * p);

  lanes far = t < 0.0f ? -t : t;
  far = far > 10.0f ? (lanes)10.0f : far;
  lanes q = -1.6329788e-06f * far + 5.1546795e-05f;
  q = q * far - 0.0007318476f;
  q = q * far + 0.0062477402f;
  q = q * far - 0.03632743f;
  q = q * far + 0.15561542f;
  q = q * far - 0.5277253f;
  q = q * far + 1.6285479f;
  q = q * far + 4.5355016e-05f;
  lanes half_tail = 0.5f * y * power_of_two(-(LOG2_E * (far * far) + q));
  return square < 1.0f ? near : (t < 0.0f ? half_tail : y - half_tail);
}

#endif
