/* A program that does nothing: what starting one costs. For processes.c. */
int main(void) {
    return 0;
}
