# Languages: a catalogue each, po/*.po.  Included by the Makefile.

LOCALEDIR  ?= $(PREFIX)/share/locale
LANGUAGES  := $(patsubst po/%.po,%,$(wildcard po/*.po))
CATALOGUES := $(LANGUAGES:%=$B/locale/%/LC_MESSAGES/certary.mo)
TEMPLATE   := $B/po/certary.pot
# A language that nobody speaks: what isn't «so» on a screen has been forgotten.  What has no words, such as
# "%s: %s", stays.
PSEUDO_SED := h; s/%[-0-9.*]*[hlz]*[a-z]//g; /[A-Za-z][A-Za-z]/!{g; b}; g; s/[^ ].*/«&»/
PSEUDO     := $B/locale/en@pseudo/LC_MESSAGES/certary.mo

.PHONY: po

$B/locale/%/LC_MESSAGES/certary.mo: po/%.po | $B/checked
	$(call say,MO,$@)
	@mkdir -p $(@D)
	$Qmsgfmt --check -o $@ $<

$(TEMPLATE): $(SRC) $(HEADERS) po/keywords | $B/checked
	$(call say,POT,$@)
	@mkdir -p $(@D)
	$Qxgettext --from-code=UTF-8 --language=C --no-location --sort-output --add-comments=TRANSLATORS \
		--package-name=certary --package-version=$(VERSION) \
		--msgid-bugs-address=certary $$(cat po/keywords) -o $@ $(SRC) $(HEADERS) \
		2>$@.said || { cat $@.said; exit 1; }

# Step by step: of a pipe only the last program's failure is seen.
$(PSEUDO): $(TEMPLATE)
	$(call say,MO,$@)
	@mkdir -p $(@D)
	$Q{ msgen -o $<.en $< && \
		msgfilter --keep-header -i $<.en -o $<.so sed -e '$(PSEUDO_SED)' && \
		sed -i '/^"Language:/s/: .*/: en\\n"/' $<.so && msgfmt -o $@ $<.so; \
	} 2>$<.heard || { cat $<.heard >&2; rm -f $@; exit 1; }

po: $(TEMPLATE) ## what is said now into the catalogues; their gaps are listed
	@for f in po/*.po; do \
		msgmerge --quiet --update --backup=none --no-fuzzy-matching --no-location --sort-output $$f $< && \
		msgattrib --no-obsolete --no-location --sort-output -o $$f $$f && \
		printf '%s: ' $$f && msgfmt --check --statistics -o /dev/null $$f || exit 1; done
