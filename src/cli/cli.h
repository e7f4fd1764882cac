// cli: arguments in, exit status out; the verb table behind the `vedette` program.
#pragma once

// 0: nothing at or above the threshold; 1: findings; 2: wrong usage; 3: input or environment error.
int vd_cli_main(int argc, char **argv);
