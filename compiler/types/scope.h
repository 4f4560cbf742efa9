// Scopes are declared with the objects they hold.
#pragma once
#include "compiler/types/object.h"
