# What leaves the house: the library for other programs, system files, the archive and the packages.
# Included by the Makefile.

LIBDIR      ?= $(PREFIX)/lib
INCLUDEDIR  ?= $(PREFIX)/include
TMPFILESDIR ?= $(PREFIX)/lib/tmpfiles.d
SYSUSERSDIR ?= $(PREFIX)/lib/sysusers.d
OBJCOPY     ?= objcopy

.PHONY: install-library install-system dist deb rpm apkbuild sbom packages-check packages-tools

# --- the library ---------------------------------------------------------------------------------

# Programs of others get what stands in libcertary.symbols and whatever that needs, in one object whose
# other names stay inside: error_set() and mem_new() are too good names to be ours alone.  The headers
# are those that the compiler says app/verify.h takes.
PUBLIC_HEADER  := include/app/verify.h
PUBLIC_NAMES   := $(shell cat packaging/libcertary.symbols)
PUBLIC_LIB     := $B/public/libcertary.a
PUBLIC_NEEDS   := gnutls libconfig jansson

$(PUBLIC_LIB): $(LIB) packaging/libcertary.symbols
	$(call say,AR,$@)
	@mkdir -p $(@D)
	$Q$(CC) -nostdlib -r -o $(@D)/certary.o $(PUBLIC_NAMES:%=-Wl,-u,%) $(LIB)
	$Q$(OBJCOPY) --keep-global-symbols=packaging/libcertary.symbols $(@D)/certary.o
	$Qrm -f $@ && $(AR) rcsD $@ $(@D)/certary.o

$B/public/certary.pc: packaging/certary.pc.in VERSION FORCE
	@mkdir -p $(@D)
	@sed -e 's|@PREFIX@|$(PREFIX)|; s|@LIBDIR@|$(LIBDIR)|; s|@INCLUDEDIR@|$(INCLUDEDIR)|' \
		-e 's|@VERSION@|$(VERSION)|; s|@REQUIRES@|$(PUBLIC_NEEDS)|' $< >$@

install-library: $(PUBLIC_LIB) $B/public/certary.pc ## part of install: libcertary.a, headers, certary.pc
	$(INSTALL) -d '$(DESTDIR)$(LIBDIR)/pkgconfig'
	$(INSTALL) -m 644 $(PUBLIC_LIB) '$(DESTDIR)$(LIBDIR)'
	$(INSTALL) -m 644 $B/public/certary.pc '$(DESTDIR)$(LIBDIR)/pkgconfig'
	@$(CC) -Iinclude -MM $(PUBLIC_HEADER) | tr ' ' '\n' | grep '\.h$$' | while read -r h; do \
		$(INSTALL) -d "$(DESTDIR)$(INCLUDEDIR)/certary/$$(dirname "$${h#include/}")" && \
		$(INSTALL) -m 644 "$$h" "$(DESTDIR)$(INCLUDEDIR)/certary/$${h#include/}" || exit 1; done

# --- the system ----------------------------------------------------------------------------------

install-system: ## part of install: what systemd makes, tmpfiles.d and sysusers.d
	$(INSTALL) -d '$(DESTDIR)$(TMPFILESDIR)' '$(DESTDIR)$(SYSUSERSDIR)'
	$(INSTALL) -m 644 etc/certary.tmpfiles '$(DESTDIR)$(TMPFILESDIR)/certary.conf'
	$(INSTALL) -m 644 etc/certary.sysusers '$(DESTDIR)$(SYSUSERSDIR)/certary.conf'

install: install-library install-system

.PHONY: uninstall-packaged
uninstall: uninstall-packaged
uninstall-packaged:
	rm -f '$(DESTDIR)$(LIBDIR)/libcertary.a' '$(DESTDIR)$(LIBDIR)/pkgconfig/certary.pc'
	rm -rf '$(DESTDIR)$(INCLUDEDIR)/certary'
	rm -f '$(DESTDIR)$(TMPFILESDIR)/certary.conf' '$(DESTDIR)$(SYSUSERSDIR)/certary.conf'

# --- archive and packages ------------------------------------------------------------------------

DIST := build/certary-$(VERSION).tar.gz

dist: ## build/certary-VERSION.tar.gz of what is committed, the same bytes each time
	@packaging/dist '$(VERSION)' build

packages-tools:
	@tools/need --install build packages

deb: packages-tools dist ## Debian's packages, read by lintian: build/deb/*.deb
	@packaging/deb '$(VERSION)' build/deb

rpm: packages-tools dist ## RPM's packages, their spec read by rpmlint: build/rpm/*.rpm
	@packaging/rpm '$(VERSION)' build/rpm

apkbuild: dist ## build/apk/APKBUILD, with the version and the sum of the archive
	@mkdir -p build/apk
	@{ sed 's/^pkgver=.*/pkgver=$(VERSION)/' packaging/alpine/APKBUILD; \
		printf 'sha512sums="\n'; (cd build && sha512sum certary-$(VERSION).tar.gz); \
		printf '"\n'; } >build/apk/APKBUILD
	@cp $(DIST) build/apk/
	@echo '  APK    build/apk/APKBUILD'

sbom: build/certary.spdx.json ## what certary is made of, as SPDX 2.3
build/certary.spdx.json: FORCE
	@mkdir -p $(@D)
	@packaging/sbom '$(VERSION)' >$@
	@echo '  SBOM   $@'

packages-check: packages-tools ## archive, library, SBOM, packages: built, linted, installed, removed
	@packaging/check '$(VERSION)'
