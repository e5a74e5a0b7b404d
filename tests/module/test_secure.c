/* A set-uid program: what it is told by its environment counts for nothing. */
#include <grp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define NOBODY 65534

static bool copy_file(const char *from, const char *to) {
    FILE *in = fopen(from, "rb");
    FILE *out = fopen(to, "wb");
    char block[65536];
    size_t size;
    bool good = in && out;
    while (good && (size = fread(block, 1, sizeof block, in)) > 0)
        good = fwrite(block, 1, size, out) == size;
    if (in)
        fclose(in);
    return out && fclose(out) == 0 && good;
}

/* Runs the helper at `path` as nobody with the variable set; its exit status, or -1. */
static int run_as_nobody(char *path) {
    char *const arguments[] = {path, NULL};
    char variable[] = "SCARDSSP_RM=sim";
    char *const environment[] = {variable, NULL};
    const pid_t child = fork();
    if (child == 0) {
        if (setgroups(0, NULL) == 0 && setresgid(NOBODY, NOBODY, NOBODY) == 0 &&
            setresuid(NOBODY, NOBODY, NOBODY) == 0)
            execve(path, arguments, environment);
        _exit(100);
    }
    int status = -1;
    if (child < 0 || waitpid(child, &status, 0) != child || !WIFEXITED(status))
        return -1;
    return WEXITSTATUS(status);
}

/* test_secure_helper ends with 10 in a plain process and 20 in one with more rights, plus 1 if the variable counts. */
static void test_secure__ignores_the_variables(void **state) {
    (void)state;
    char folder[] = "/tmp/scardssp-secure-XXXXXX";
    char path[80];
    if (geteuid() != 0)
        skip();
    assert_non_null(mkdtemp(folder));
    (void)snprintf(path, sizeof path, "%s/helper", folder);
    bool copied = chmod(folder, 0755) == 0 && copy_file(SECURE_HELPER, path);
    int plain = copied && chmod(path, 0755) == 0 ? run_as_nobody(path) : -1;
    int setuid_root = copied && chmod(path, 04755) == 0 ? run_as_nobody(path) : -1;
    int setgid_root = copied && chmod(path, 02755) == 0 ? run_as_nobody(path) : -1;
    unlink(path);
    rmdir(folder);
    if (plain == 127 || setuid_root / 10 == 1) /* the library is out of nobody's reach, or no set-uid here */
        skip();
    assert_int_equal(plain, 11);
    assert_int_equal(setuid_root, 20);
    assert_int_equal(setgid_root, 20);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_secure__ignores_the_variables),
    };
    return cmocka_run_group_tests_name("secure", tests, NULL, NULL);
}
