/* version.h - the program's version, as --version and manifests tell it */
#ifndef VERSION_H
#define VERSION_H

#define COUPLET_VERSION "0.1.0"

#endif
