#include "console/pages.h"
enum reaction sign_paste(struct desk *desk, const char *b, size_t l) { (void)desk, (void)b, (void)l; return REACT_NONE; }
enum reaction attach_paste(struct desk *desk, const char *b, size_t l) { (void)desk, (void)b, (void)l; return REACT_NONE; }
void sign_close(struct desk *d) { (void)d; }
void issued_close(struct desk *d) { (void)d; }
void issued_page_draw(struct desk *d, struct area a) { (void)d, (void)a; }
enum reaction issued_page_key(struct desk *d, const struct key *k) { (void)d, (void)k; return REACT_UNHANDLED; }
void issued_page_reload(struct desk *d) { (void)d; }
void issued_page_position(struct desk *d, char *o, size_t s) { (void)d, (void)s; *o = 0; }
