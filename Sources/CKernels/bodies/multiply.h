/// The one inner loop, in the form that suits the set.
#ifndef SIGHTLINE_MULTIPLY_H
#define SIGHTLINE_MULTIPLY_H

#if SL_WIDENS
#include "multiply_panels.h"
#else
#include "multiply_tiles.h"
#endif

#endif
